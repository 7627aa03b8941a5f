"""The registers (一单两库) as departments send them: tables with Chinese headers, read into typed rows.

Nothing here opens a file: lines of text cells are given.

==============  ==================================================================
``cells``       what one cell means: a date, a list, yes or no, one of a few words
``layout``      which column is which, and a line read as a row
``subjects``    检查对象名录库
``inspectors``  执法检查人员名录库
``items``       随机抽查事项清单
``plans``       年度抽查计划
``periods``     what a period means: 3月至6月, 上半年, 6月底前
==============  ==================================================================
"""
